"""Payments as they are signed, repeated, altered and forged."""

from behave import when

from support.domain import AccountName, Amount, Instruction, NodeName
from support.world import SuiteContext


@when(
    "{payer:Account} sends one payment of {amount:Amount} to {payee:Account} through {nodes:Nodes}"
)
def one_payment_is_sent_through(
    context: SuiteContext,
    payer: AccountName,
    amount: Amount,
    payee: AccountName,
    nodes: tuple[NodeName, ...],
) -> None:
    payments = context.world.payments
    signed = payments.sign(Instruction(payer, payee, amount))
    outcomes = payments.send_through_all(signed, context.world.network.members(nodes))
    context.world.remember(outcomes[0], signed)


@when("{thief:Account} sends the same signed payment again through {node:Node}")
def the_same_payment_is_sent_again(
    context: SuiteContext, thief: AccountName, node: NodeName
) -> None:
    signed = context.world.last_signed
    context.world.remember(context.world.payments.send(signed, node), signed)


@when(
    "{thief:Account} alters a payment of {amount:Amount} from {payer:Account} to {payee:Account} "
    "so that {thief2:Account} is paid"
)
def a_payment_is_altered(
    context: SuiteContext,
    thief: AccountName,
    amount: Amount,
    payer: AccountName,
    payee: AccountName,
    thief2: AccountName,
) -> None:
    payments = context.world.payments
    altered = payments.alter(payments.sign(Instruction(payer, payee, amount)), thief2)
    context.world.remember(payments.send(altered), altered)


@when(
    "{payer:Account} signs a payment of {amount:Amount} to {payee:Account} for another network "
    "and it is sent here"
)
def a_payment_for_another_network_is_sent(
    context: SuiteContext, payer: AccountName, amount: Amount, payee: AccountName
) -> None:
    payments = context.world.payments
    signed = payments.sign(Instruction(payer, payee, amount), network="another-network-1")
    context.world.remember(payments.send(signed), signed)


@when("{thief:Account} signs a payment of {amount:Amount} from {payer:Account} to {payee:Account}")
def somebody_else_signs(
    context: SuiteContext,
    thief: AccountName,
    amount: Amount,
    payer: AccountName,
    payee: AccountName,
) -> None:
    payments = context.world.payments
    forged = payments.sign(Instruction(payer, payee, amount), signer=thief)
    context.world.remember(payments.send(forged), forged)
