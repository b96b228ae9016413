"""What streets whistle for, whom they call for it and what comes of it; words are invented.

A department is named by its code in the city's folder; of several the first that the city has (`a|b`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from whistle.reasons import Spring


@dataclass(frozen=True)
class Matter:
    """A matter of the whistle list: how the street puts it, whom it asks for what, how it ends."""

    # Its name on the city's whistle list; where the list has no such matter, the whistle says so.
    item: str
    spring: Spring
    words: str
    place: str
    efforts: tuple[str, ...]
    # Who is asked for what, the lead first.
    asked: tuple[tuple[str, str], ...]
    result: str
    # Yuan, and who pays; none where it costs nothing beyond the daily work.
    money: int = 0
    paid_by: str = ""
    # What is signed on site, and between whom.
    agreement: tuple[str, str] | None = None


GARDEN: Final = Matter(
    "无主空地整治",
    Spring.MASSES,
    "{community}铁路旁一块两千平方米的空地没有主管单位，多年堆满渣土和杂物，居民盼着能有个歇脚的地方。",
    "{community}空地南口",
    ("社区组织清理三次，均在一周内复堆。", "街道走访周边住户，征集到用地意见四十余条。"),
    (
        ("urban-management|parks", "牵头出方案：覆土、栽植、铺园路"),
        ("sanitation", "清运渣土和杂物，恢复场平"),
        ("municipal|drainage", "接通排水，补设路灯"),
        ("enforcement", "劝离堆放户，守住不复堆"),
    ),
    "空地已建成街心花园并开放，居民自管队伍上岗看护。",
    money=820_000,
    paid_by="区财政与产权单位分担",
    agreement=("街心花园代管协议", "产权单位、街道办事处、社区居委会"),
)

MATTERS: Final = (
    Matter(
        "无主空地整治",
        Spring.MASSES,
        "{community}拆迁余地围挡破损，有人夜间倾倒装修垃圾，归属说法不一。",
        "{community}围挡东门",
        ("社区清运两车，次日又被倾倒。",),
        (
            ("urban-management|parks", "确认归属，修补围挡，撒播草籽"),
            ("sanitation", "一次清净，之后每周巡查"),
            ("enforcement", "夜间蹲守，查处倾倒车辆"),
        ),
        "归属已明确，围挡修好，场地复绿，未再复堆。",
        money=36_000,
        paid_by="区城市管理资金",
        agreement=("空地代管协议", "归属单位、街道办事处"),
    ),
    Matter(
        "大树倒伏、枯树险枝",
        Spring.PATROL,
        "{community}院内大树枯死倾斜，枝杈压住电线，刮风时居民不敢经过。",
        "{community}自行车棚旁",
        ("社区已拉警戒带，挨户提醒绕行。",),
        (
            ("parks|urban-management", "鉴定并伐除枯树，修剪险枝"),
            ("power|fire", "停电配合，抬升线路"),
            ("housing", "通知住户，腾出作业场地"),
        ),
        "枯树已伐除，线路已抬升，树穴补种完成。",
    ),
    Matter(
        "外立面脱落、高空坠物",
        Spring.HOTLINE,
        "{community}临街楼外墙砖成片空鼓，已有碎块落到人行道。",
        "{community}临街楼下",
        ("街道已设围挡并派人看守。",),
        (
            ("housing", "安全鉴定，排除空鼓，修复墙面"),
            ("emergency|fire", "核定危险范围，督促防护"),
            ("enforcement", "拆除临街松动的牌匾"),
        ),
        "空鼓墙面已铲除修复，围挡撤除，人行道恢复。",
        money=148_000,
        paid_by="专项维修资金",
    ),
    Matter(
        "违法建设拆除",
        Spring.HOTLINE,
        "{community}一楼住户占用公共绿地搭建房屋，邻里多次反映，劝说无效。",
        "{community}绿地北侧",
        ("社区上门劝说三次，未能入户。", "街道已送达自拆通知。"),
        (
            ("enforcement", "立案，限期拆除，逾期依法助拆"),
            ("housing", "核实房屋权属与审批"),
            ("police", "维持现场秩序"),
        ),
        "违建已拆除，渣土清走，绿地恢复。",
    ),
    Matter(
        "积水点改造",
        Spring.PATROL,
        "{community}门前路面低洼，雨后积水没过脚踝，多日不退。",
        "{community}正门路口",
        ("街道已备沙袋和水泵，雨天有人值守。",),
        (
            ("drainage|municipal", "查清管线，疏通并更换雨水口"),
            ("municipal", "抬高低洼路面"),
            ("water|housing", "核对地下管位，配合开挖"),
        ),
        "雨水口已更换，路面抬高，经一场大雨检验未再积水。",
        money=95_000,
        paid_by="市政养护资金",
    ),
    Matter(
        "僵尸车清理",
        Spring.APP,
        "{community}内停着二十余辆无人认领的旧车，占用车位，落满灰尘，车底成了垃圾窝。",
        "{community}停车场",
        ("社区张贴告示一周，仅有三辆被开走。",),
        (
            ("police", "查找车主，依法拖移"),
            ("enforcement", "处置非机动废旧车辆"),
            ("sanitation", "清扫腾出的车位"),
        ),
        "旧车全部移走，车位重新划线交付使用。",
    ),
    Matter(
        "老旧管网破裂",
        Spring.HOTLINE,
        "{community}地下给水管反复破裂，路面冒水，两栋楼水压不足。",
        "{community}两楼之间",
        ("街道协调送水车，入户告知停水时段。",),
        (
            ("water|municipal", "抢修并更换整段老管"),
            ("housing", "协调产权单位分担改造"),
            ("municipal|drainage", "恢复开挖路面"),
        ),
        "整段管道已更换，水压正常，路面恢复。",
        money=210_000,
        paid_by="供水公司与产权单位",
        agreement=("管网改造出资约定", "供水单位、产权单位、街道办事处"),
    ),
    Matter(
        "危陋房屋处置",
        Spring.PETITION,
        "{community}一排平房墙体开裂、屋顶下沉，住着几户老人。",
        "{community}平房区",
        ("社区已劝说两户投亲，街道备好临时住处。",),
        (
            ("housing", "鉴定等级，加固或腾退"),
            ("emergency|fire", "排查用电用气，落实看护"),
            ("civil-affairs|police", "安置老人，落实补助"),
        ),
        "住户已妥善安置，危墙加固完成。",
        money=120_000,
        paid_by="危房改造资金",
    ),
    Matter(
        "消防通道长期堵塞",
        Spring.PATROL,
        "{community}消防通道被私家车和杂物长期占住，消防车进不来。",
        "{community}消防通道入口",
        ("社区逐户通知挪车，夜间又停满。",),
        (
            ("fire|police", "实车演练，划定并标识通道"),
            ("police", "依法清移占道车辆"),
            ("enforcement", "清除堆放的杂物"),
        ),
        "通道已划线贯通，演练通过，居民约定轮流看护。",
    ),
    Matter(
        "飞线充电、集中充电设施不足",
        Spring.APP,
        "{community}电动自行车从楼上拉线充电，楼道里也有，充电棚只有八个插口。",
        "{community}自行车棚",
        ("社区挨户宣传，收走私拉电线十余条。",),
        (
            ("power|housing", "增容，增设充电插口"),
            ("fire|police", "检查楼道，指导选址"),
            ("estates|housing", "落实管理和收费"),
        ),
        "新增充电插口四十个，楼道私拉电线清零。",
        money=58_000,
        paid_by="小区公共收益与街道补助",
    ),
    Matter(
        "废弃线缆清理",
        Spring.PATROL,
        "{community}废弃线缆垂落成团，低处已碰到行人。",
        "{community}主路中段",
        ("街道把低处线缆临时捆扎抬高。",),
        (
            ("pipelines|municipal", "认领线缆，剪除废线"),
            ("urban-management|enforcement", "统筹施工，规整入槽"),
            ("power|municipal", "断电配合"),
        ),
        "废线已剪除，在用线缆入槽。",
    ),
    Matter(
        "占路经营顽疾",
        Spring.HOTLINE,
        "{community}门前早市散后摊贩不走，占住公交站，油污满地。",
        "{community}公交站",
        ("街道每日劝离，摊贩绕行后又回来。",),
        (
            ("enforcement", "定点值守，引导入市"),
            ("market|sanitation", "核查证照，安排疏导摊位"),
            ("sanitation", "散市后冲洗地面"),
            ("police", "疏导交通"),
        ),
        "摊贩迁入疏导点，站台恢复，值守转为抽查。",
    ),
    Matter(
        "弃管小区物业托底",
        Spring.MASSES,
        "{community}老楼院没有物业，垃圾、照明、门禁都没人管。",
        "{community}楼院中央",
        ("街道出钱垫付了两个月保洁。", "社区组织楼门长轮值。"),
        (
            ("housing", "指导成立业委会，引入托底物业"),
            ("sanitation", "清除积存垃圾"),
            ("municipal|power", "修好院灯"),
        ),
        "托底物业已进驻，院灯亮了，收费标准由居民议定。",
        money=45_000,
        paid_by="街道托底资金",
        agreement=("托底物业服务约定", "街道办事处、物业企业、居民代表"),
    ),
    Matter(
        "铁路沿线与河岸环境整治",
        Spring.SUPERIOR,
        "{community}河岸坡面杂草丛生，漂浮垃圾靠岸，护栏缺损。",
        "{community}河岸步道",
        ("社区志愿者清捡两次。",),
        (
            ("urban-management|parks", "修剪坡面，补齐护栏"),
            ("environment|sanitation", "查排口，清漂浮物"),
            ("drainage|municipal", "封堵雨污混接口"),
        ),
        "坡面整齐，护栏补齐，排口已封堵。",
        money=88_000,
        paid_by="河道整治资金",
    ),
    Matter(
        "轨道交通施工扰民",
        Spring.HOTLINE,
        "{community}旁地铁工地夜间出渣，噪声和扬尘让居民睡不着。",
        "{community}工地围挡外",
        ("街道组织工地与居民见面一次，未谈拢。",),
        (
            ("metro|municipal", "调整出渣时段，加装隔声屏"),
            ("environment|enforcement", "夜间监测，督促整改"),
            ("enforcement|police", "查处超时施工与遗撒"),
        ),
        "出渣改到白天，隔声屏装好，居民代表签字认可。",
        agreement=("文明施工约定", "施工单位、社区居委会、居民代表"),
    ),
    Matter(
        "群体性矛盾苗头",
        Spring.PETITION,
        "{community}几十户居民因更换供热收费方式聚集，情绪激动。",
        "{community}居委会会议室",
        ("社区接访两次，登记诉求。",),
        (
            ("petitions|police", "接访，说明政策，限期答复"),
            ("housing", "核对面积与收费依据"),
            ("heating|housing", "公开账目，退还多收部分"),
        ),
        "账目已公开，多收部分退还，居民代表表示认可。",
    ),
    Matter(
        "旱厕改造",
        Spring.MASSES,
        "{community}胡同里的旱厕夏天气味重，老人用着不便。",
        "{community}胡同口",
        ("社区每日撒药除味，增派一名保洁。",),
        (
            ("sanitation", "改建为水冲厕所"),
            ("drainage|municipal", "接通污水管"),
            ("water|housing", "接水，协调用地"),
        ),
        "水冲厕所已启用，旱厕填埋。",
        money=160_000,
        paid_by="厕所改造资金",
    ),
)
