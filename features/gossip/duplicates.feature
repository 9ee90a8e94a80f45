@gossip @needs.gossip @needs.replay_protection @needs.open_blocks
Feature: Payments that are handed in twice
  A customer without an answer asks again, perhaps elsewhere; and whatever one node
  hears, it hears from several others. A payment must not be spread, kept or made
  more than once because of that.

  Rule: A payment that is handed in twice is in one block, once

    Example: Alice asks two nodes at the same moment
      Given a network of 4 nodes
      And Alice holds 100 coins
      When Alice hands one payment of 30 coins to Bob in at nodes 1 and 3
      Then every node has the payment in exactly one block, once
      And every node shows that Bob holds 30 coins

    Example: Alice asks every node
      Given a network of 4 nodes
      And Alice holds 100 coins
      When Alice hands one payment of 30 coins to Bob in at nodes 1, 2, 3 and 4
      Then every node has the payment in exactly one block, once
      And every node shows that Bob holds 30 coins

    Example: Mallory repeats it once a block has it
      Given a network of 4 nodes
      And Alice holds 100 coins
      And Alice has handed a payment of 30 coins to Bob in at node 1
      And every node has the payment in exactly one block, once
      When Mallory sends the same signed payment again through node 2
      Then the payment is refused because this payment has already been made
      And every node has the payment in exactly one block, once

  @needs.shared_waiting_room @needs.two_thirds_quorum @needs.node_faults
  Rule: What a node has heard of from another, it takes from nobody again

    Example: Mallory repeats a payment that waits for a block
      Given a network of 4 nodes
      And Alice holds 100 coins
      And nodes 3 and 4 have crashed
      And Alice has handed a payment of 30 coins to Bob in at node 1
      And nodes 1 and 2 know of the payment, and no block has it
      When Mallory sends the same signed payment again through node 2
      Then the payment is refused because this payment has already been made

    Example: The payment waited, and was repeated meanwhile
      Given a network of 4 nodes
      And Alice holds 100 coins
      And nodes 3 and 4 have crashed
      And Alice has handed one payment of 30 coins to Bob in at nodes 1 and 2
      When nodes 3 and 4 start again
      Then every node has the payment in exactly one block, once
      And every node shows that Bob holds 30 coins
