"""Labs: controls and a picture that answers them. One line in a notebook makes one."""

from dropout_lab.labs.nudging import TwoWires
from dropout_lab.labs.predicting import Predict
from dropout_lab.labs.stepping import StepThrough

predict = Predict
step_through = StepThrough
two_wires = TwoWires

__all__ = ["predict", "step_through", "two_wires"]
