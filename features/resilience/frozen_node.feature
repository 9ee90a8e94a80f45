@resilience @needs.node_faults
Feature: Living with a node that stands still
  A machine that swaps, a virtual machine that is moved, a debugger left on:
  the node is there, its connections stay open, and it says nothing. That is
  harder to notice than a crash, and must cost customers of the others nothing.

  Background:
    Given a network of 4 nodes
    And Alice holds 100 coins
    And node 4 is frozen

  Rule: The others carry on as if it were not there

    Example: Alice pays through another node
      When Alice pays Bob 30 coins through node 1
      Then nodes 1, 2 and 3 show that Bob holds 30 coins
      But node 4 does not answer

    Example: Blocks keep coming
      When nobody pays anybody
      Then nodes 1, 2 and 3 make 10 further blocks

  Rule: A node that wakes up finds its way into the present

    Example: It stood still for a moment
      Given Alice has paid Bob 30 coins through node 1
      When node 4 wakes up
      Then every node tells the same history
      And every node shows that Bob holds 30 coins

    @slow
    Example: It stood still for a while
      Given Alice has paid Bob 30 coins through node 1
      And nodes 1, 2 and 3 have made 20 further blocks
      When node 4 wakes up
      Then every node reaches every other
      And every node tells the same history
      And every node shows that Bob holds 30 coins
