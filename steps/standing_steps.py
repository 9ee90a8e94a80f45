"""What every example ends with, whether it says so or not: environment.py adds this step."""

from behave import then

from support.world import SuiteContext


@then("everything that always holds has held")
def standing_promises_are_kept(context: SuiteContext) -> None:
    context.world.keep_standing_promises()
