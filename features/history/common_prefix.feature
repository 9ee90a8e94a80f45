@history @needs.quorum_finality @needs.own_rhythm
Feature: All nodes see the same blocks at the same time
  A shop that looks at its own node wants to see what everybody else sees. A node that
  trails behind the others shows balances that are no longer true, and nobody
  who asks only that node would notice.

  Rule: What all nodes have in common is never more than one block short of the longest history

    Example: Nobody pays
      Given a network of 4 nodes that makes one block a second
      When nobody pays anybody
      Then for 10 blocks, no node is more than one block behind what all have in common

    @slow
    Example: Customers pay all the time
      Given a network of 4 nodes that makes one block a second
      And payments keep flowing at 5 a second
      When every node makes 2 further blocks
      Then for 10 blocks, no node is more than one block behind what all have in common

    @needs.node_faults
    Example: One node was down
      Given a network of 4 nodes that makes one block a second
      And node 4 has crashed
      When node 4 starts again
      Then every node tells the same history
      And for 10 blocks, no node is more than one block behind what all have in common
