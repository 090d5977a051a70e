"""Controls of the kinds of values that only flows have."""

from scenarios.flow import values
from segments.building.controls.several import CONTROLS
from segments.building.controls.single import Control, JsonControl


class TimeControl(Control):
    template = "time"


class AreaControl(Control):
    """A text of several lines, as browsers send them."""

    template = "area"

    def meant(self, text: str) -> object:
        return text.replace("\r\n", "\n")


class TreeControl(JsonControl):
    """Conditions are kept as they are: they are written on a page of their own."""

    template = "kept"


CONTROLS[values.Tree] = TreeControl
CONTROLS[values.TimeOfDay] = TimeControl
CONTROLS[values.LongText] = AreaControl
