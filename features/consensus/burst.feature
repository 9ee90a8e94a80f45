@consensus @needs.numbered_payments @needs.open_blocks
Feature: Bursts of payments
  On the day of a sale everybody pays at the same moment. A customer signs one
  payment after the other and waits for no block; each of them must be in a block,
  and in the order in which that customer made them.

  Rule: Every payment of a burst is in a block, in the order of its account

    Example: Fifty payments at every node
      Given a network of 4 nodes
      And 4 customers are ready to make 50 payments each
      When they hand all of them in at once
      Then every node has each of these payments in exactly one block, once
      And the payments of each customer are in the order in which they were made

    @slow
    Example: A thousand payments
      Given a network of 4 nodes
      And 20 customers are ready to make 50 payments each
      When they hand all of them in at once
      Then every node has each of these payments in exactly one block, once
      And the payments of each customer are in the order in which they were made

    @slow @needs.node_faults
    Example: One node is away
      Given a network of 4 nodes
      And 20 customers are ready to make 50 payments each
      And node 4 has crashed
      When they hand all of them in at once
      And node 4 starts again
      Then every node has each of these payments in exactly one block, once
      And the payments of each customer are in the order in which they were made
