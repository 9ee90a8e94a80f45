@gossip @needs.gossip
Feature: News of blocks
  Customers ask any node and expect the same answer. A node that hears of a block
  late tells its customers what was true a while ago, and one with a single link
  to the others must be as well informed as they are.

  Rule: A block that one node has seen is seen by all within the time of a block

    Example: Nobody pays anybody
      Given a network of 4 nodes that makes one block a second
      When nobody pays anybody
      Then each of the next 8 blocks is seen by all within the time of a block

    @needs.numbered_payments
    Example: There is much to put into the blocks
      Given a network of 4 nodes that makes one block a second
      And 4 customers are ready to make 50 payments each
      When they hand all of them in at once
      Then each of the next 5 blocks is seen by all within the time of a block

  @needs.link_faults
  Rule: A node that hears only one other still learns everything

    Example: Somebody pays at a node that it does not hear
      Given a network of 5 nodes
      And Alice holds 100 coins
      And node 5 hears only node 1
      When Alice pays Bob 30 coins through node 3
      Then every node shows that Bob holds 30 coins
      And every node makes 10 further blocks

    Example: Somebody pays at the node itself
      Given a network of 5 nodes
      And Alice holds 100 coins
      And node 5 hears only node 1
      When Alice pays Bob 30 coins through node 5
      Then every node shows that Bob holds 30 coins

    Example: All nodes hear only those beside them
      Given a network of 5 nodes
      And Alice holds 100 coins
      And the nodes stand in a row, and each hears only those beside it
      When Alice pays Bob 30 coins through node 1
      Then every node shows that Bob holds 30 coins
      And every node makes 10 further blocks
