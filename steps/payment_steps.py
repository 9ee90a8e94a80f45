"""Depositing, paying and withdrawing."""

from behave import given, then, when
from hamcrest import assert_that

from support.domain import AccountName, Amount, Coins, Instruction, NodeName, Refusal
from support.matchers import holds, is_confirmed, is_refused_because, is_still_open, on_every_node
from support.sentences import instructions_in
from support.world import SuiteContext


@given("the network has never heard of {account:Account}")
def account_is_unheard_of(context: SuiteContext, account: AccountName) -> None:
    newcomer = context.world.payments.newcomer(account)
    nothing = on_every_node(holds(account, Coins(0)))
    assert_that(context.world.network.balances(newcomer), nothing)


@given("{account:Account} has deposited {amount:Coins}")
@when("{account:Account} deposits {amount:Coins}")
def account_deposits(context: SuiteContext, account: AccountName, amount: Coins) -> None:
    context.world.note_circulation()
    context.world.remember(context.world.payments.deposit(account, amount))
    assert_that(context.world.last_outcome, is_confirmed())


@given("{account:Account} has withdrawn {amount:Amount}")
@when("{account:Account} withdraws {amount:Amount}")
def account_withdraws(context: SuiteContext, account: AccountName, amount: Amount) -> None:
    account_tries_to_withdraw(context, account, amount)
    assert_that(context.world.last_outcome, is_confirmed())


@when("{account:Account} tries to withdraw {amount:Amount}")
def account_tries_to_withdraw(context: SuiteContext, account: AccountName, amount: Amount) -> None:
    context.world.note_circulation()
    context.world.remember(context.world.payments.withdraw(account, amount))


@given("{payer:Account} has paid {payee:Account} {amount:Amount} through {node:Node}")
@when("{payer:Account} pays {payee:Account} {amount:Amount} through {node:Node}")
def account_pays_through(
    context: SuiteContext, payer: AccountName, payee: AccountName, amount: Amount, node: NodeName
) -> None:
    context.world.network.members([node])
    instruction = Instruction(payer, payee, amount, node)
    context.world.remember(context.world.payments.pay(instruction))
    assert_that(context.world.last_outcome, is_confirmed())


@when("{payer:Account} pays {payee:Myself} {amount:Amount}")
def account_pays_itself(
    context: SuiteContext, payer: AccountName, payee: str, amount: Amount
) -> None:
    account_pays(context, payer, payer, amount)


@given("{payer:Account} has paid {payee:Account} {amount:Amount}")
@when("{payer:Account} pays {payee:Account} {amount:Amount}")
def account_pays(
    context: SuiteContext, payer: AccountName, payee: AccountName, amount: Amount
) -> None:
    context.world.remember(context.world.payments.pay(Instruction(payer, payee, amount)))
    assert_that(context.world.last_outcome, is_confirmed())


@given("{payer:Account} has tried to pay {payee:Account} {amount:Amount} through {node:Node}")
def account_has_tried_to_pay_through(
    context: SuiteContext, payer: AccountName, payee: AccountName, amount: Amount, node: NodeName
) -> None:
    account_tries_to_pay_through(context, payer, payee, amount, node)
    assert_that(context.world.last_outcome, is_still_open())


@when("{payer:Account} tries to pay {payee:Account} {amount:Amount} through {node:Node}")
def account_tries_to_pay_through(
    context: SuiteContext, payer: AccountName, payee: AccountName, amount: Amount, node: NodeName
) -> None:
    context.world.network.members([node])
    instruction = Instruction(payer, payee, amount, node)
    context.world.remember(context.world.payments.try_to_pay(instruction))


@when("{payer:Account} tries to pay {payee:Account} {amount:Amount}")
def account_tries_to_pay(
    context: SuiteContext, payer: AccountName, payee: AccountName, amount: Amount
) -> None:
    instruction = Instruction(payer, payee, amount)
    context.world.remember(context.world.payments.try_to_pay(instruction))


@when("these payments are made at the same moment")
def payments_are_made_at_once(context: SuiteContext) -> None:
    for outcome in context.world.payments.pay_at_once(instructions_in(context.table)):
        assert_that(outcome, is_confirmed())


@then("the payment is refused because {reason:Refusal}")
def the_payment_is_refused(context: SuiteContext, reason: Refusal) -> None:
    assert_that(context.world.last_outcome, is_refused_because(reason))
