"""What bin/run asks before it installs anything; the standard library alone has to do."""

import os
import sys

from embedded.instance import refuse_second_run
from embedded.refusals import VAR, before_installing, chosen_port, refusing


def main() -> None:
    refuse_second_run(VAR)
    before_installing(chosen_port(os.environ))


if __name__ == "__main__":
    sys.exit(refusing(main))
