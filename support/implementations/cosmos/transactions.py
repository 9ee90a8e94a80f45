"""What goes over the wire: messages, the document that is signed, and the signed transaction."""

from __future__ import annotations

import hashlib
from typing import Any

from cosmpy.protos.cosmos.bank.v1beta1.tx_pb2 import MsgSend
from cosmpy.protos.cosmos.base.v1beta1.coin_pb2 import Coin
from cosmpy.protos.cosmos.crypto.secp256k1.keys_pb2 import PubKey
from cosmpy.protos.cosmos.tx.signing.v1beta1.signing_pb2 import SIGN_MODE_DIRECT
from cosmpy.protos.cosmos.tx.v1beta1.tx_pb2 import (
    AuthInfo,
    Fee,
    ModeInfo,
    SignDoc,
    SignerInfo,
    TxBody,
    TxRaw,
)
from google.protobuf.any_pb2 import Any as Packed

from support.implementations.cosmos.keys import CustomerKey
from support.implementations.cosmos.money import Money


def send(payer: str, payee: str, amount: int, denomination: str) -> TxBody:
    """A transfer of ``amount`` coins. The amount is written as it is, sensible or not."""
    coin = Coin(denom=denomination, amount=str(amount))
    message = MsgSend(from_address=payer, to_address=payee, amount=[coin])
    return TxBody(messages=[packed(message)])


def redirected(body: bytes, payee: str) -> bytes:
    """A serialised transfer that now goes to ``payee``."""
    altered = TxBody.FromString(body)
    message = MsgSend.FromString(altered.messages[0].value)
    message.to_address = payee
    altered.messages[0].CopyFrom(packed(message))
    return bytes(altered.SerializeToString())


def paid_fee(money: Money, *, work: int = 1) -> Fee:
    """The fee of what is ``work`` times the work of a payment, and may cost as much.

    It is taken from the one who signs, and never in customers' coins.
    """
    # Chains take no coin of which there are none.
    amount = [Coin(denom=money.fees, amount=str(work * money.fee))] if money.fee else []
    return Fee(amount=amount, gas_limit=work * money.gas)


def signed(
    body: TxBody, fee: Fee, key: CustomerKey, *, network: str, number: int, sequence: int
) -> TxRaw:
    """Sign for account ``number`` and its ``sequence`` on the chain called ``network``."""
    signer = SignerInfo(
        public_key=packed(PubKey(key=key.public)),
        mode_info=ModeInfo(single=ModeInfo.Single(mode=SIGN_MODE_DIRECT)),
        sequence=sequence,
    )
    body_bytes = body.SerializeToString()
    auth_bytes = AuthInfo(signer_infos=[signer], fee=fee).SerializeToString()
    document = SignDoc(
        body_bytes=body_bytes, auth_info_bytes=auth_bytes, chain_id=network, account_number=number
    )
    return TxRaw(
        body_bytes=body_bytes,
        auth_info_bytes=auth_bytes,
        signatures=[key.sign(document.SerializeToString())],
    )


def transaction_hash(wire: bytes) -> str:
    """64 hexadecimal digits in upper case, known to the sender before anybody else."""
    return hashlib.sha256(wire).hexdigest().upper()


def packed(message: Any) -> Packed:
    """A message with its type in front, as Cosmos chains write it: a slash and the full name."""
    return Packed(type_url=f"/{message.DESCRIPTOR.full_name}", value=message.SerializeToString())
