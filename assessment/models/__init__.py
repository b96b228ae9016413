"""The tables of the assessment, by noun."""

from assessment.models.appeal import Appeal, Exemption
from assessment.models.consequence import Proposal
from assessment.models.entrusted import LineAssessor
from assessment.models.month import Assessment, Entry, Remark, ScoreCard, ScoreLine
from assessment.models.moral import MoralEntry
from assessment.models.paper import AllowanceRule, HandedOut
from assessment.models.rules import HeavyReward, Standard
from assessment.models.scheme import Band, Dimension, Indicator, PeerGroup, Scheme
from assessment.models.step_grade import StepGrade, StepRule
from assessment.models.target import Target, TargetCheck, TargetPlan, TargetUnit

__all__ = [
    "AllowanceRule",
    "Appeal",
    "Assessment",
    "Band",
    "Dimension",
    "Entry",
    "Exemption",
    "HandedOut",
    "HeavyReward",
    "Indicator",
    "LineAssessor",
    "MoralEntry",
    "PeerGroup",
    "Proposal",
    "Remark",
    "Scheme",
    "ScoreCard",
    "ScoreLine",
    "Standard",
    "StepGrade",
    "StepRule",
    "Target",
    "TargetCheck",
    "TargetPlan",
    "TargetUnit",
]
