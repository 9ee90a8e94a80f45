"""Networks that are like something: with a short memory, in a ring, at a slow pace."""

from behave import given

from support.domain import Votes
from support.topology import ONE_SECOND, Trait
from support.world import SuiteContext


@given("a network of {size:Size} {traits:Traits}")
def a_network_that_is_like_this(context: SuiteContext, size: int, traits: frozenset[Trait]) -> None:
    context.world.take_network(size, traits=traits)


@given("a network of {size:Size} that makes one block a second")
def a_slow_network(context: SuiteContext, size: int) -> None:
    context.world.take_network(size, block_time=ONE_SECOND)


@given("a network of {size:Size} with {votes:Weights}")
def a_network_with_weights(context: SuiteContext, size: int, votes: tuple[Votes, ...]) -> None:
    context.world.take_network(size, votes=votes)


@given("a network of {size:Size} with {votes:Weights}, {traits:Traits}")
def a_network_with_weights_and_traits(
    context: SuiteContext, size: int, votes: tuple[Votes, ...], traits: frozenset[Trait]
) -> None:
    context.world.take_network(size, votes=votes, traits=traits)
