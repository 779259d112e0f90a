"""The whole journeys on the blank virtual machine, power cut included (``make soak-4``)."""

from tests.e2e.test_journey_cli import (
    test_from_a_blank_server_to_a_website_and_through_a_power_cut,
)
from tests.e2e.test_journey_window import (
    test_from_a_blank_server_to_a_website_through_the_real_window,
)

__all__ = [
    "test_from_a_blank_server_to_a_website_and_through_a_power_cut",
    "test_from_a_blank_server_to_a_website_through_the_real_window",
]
