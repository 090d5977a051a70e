"""Controls of the kinds of values that only flows have."""

from scenarios.flow import values
from segments.building.controls.several import CONTROLS
from segments.building.controls.single import Control


class TimeControl(Control):
    template = "time"


class AreaControl(Control):
    """A text of several lines, as browsers send them."""

    template = "area"

    def meant(self, text: str) -> object:
        return text.replace("\r\n", "\n")


CONTROLS[values.TimeOfDay] = TimeControl
CONTROLS[values.LongText] = AreaControl
