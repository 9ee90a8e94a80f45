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


@when("{sender:Account} sends the same signed payment again through {node:Node}")
def the_same_payment_is_sent_again(
    context: SuiteContext, sender: AccountName, node: NodeName
) -> None:
    signed = context.world.last_signed
    context.world.remember(context.world.payments.send(signed, node), signed)


@when(
    "{sender:Account} sends a payment of {amount:Amount} from {payer:Account} to {payee:Account}, "
    "altered so that {thief:Account} is paid"
)
def an_altered_payment_is_sent(
    context: SuiteContext,
    sender: AccountName,
    amount: Amount,
    payer: AccountName,
    payee: AccountName,
    thief: AccountName,
) -> None:
    payments = context.world.payments
    altered = payments.alter(payments.sign(Instruction(payer, payee, amount)), thief)
    context.world.remember(payments.send(altered), altered)


@when(
    "{sender:Account} sends a payment of {amount:Amount} from {payer:Account} to {payee:Account}, "
    "signed for another network"
)
def a_payment_for_another_network_is_sent(
    context: SuiteContext,
    sender: AccountName,
    amount: Amount,
    payer: AccountName,
    payee: AccountName,
) -> None:
    payments = context.world.payments
    signed = payments.sign(Instruction(payer, payee, amount), network="another-network-1")
    context.world.remember(payments.send(signed), signed)


@when(
    "{sender:Account} sends a payment of {amount:Amount} from {payer:Account} to {payee:Account}, "
    "signed by {signer:Account}"
)
def a_forged_payment_is_sent(
    context: SuiteContext,
    sender: AccountName,
    amount: Amount,
    payer: AccountName,
    payee: AccountName,
    signer: AccountName,
) -> None:
    payments = context.world.payments
    forged = payments.sign(Instruction(payer, payee, amount), signer=signer)
    context.world.remember(payments.send(forged), forged)
