@resilience @needs.node_clocks @needs.dated_blocks
Feature: Living with a node whose clock is wrong
  A time server is lost, a battery runs out, somebody mistypes the time zone: one
  machine lives in another hour than the others. It must not drag them along, and
  no payment may depend on who is right.

  Background:
    Given a network of 4 nodes
    And Alice holds 100 coins

  Rule: A wrong clock keeps nobody from paying

    Example: The clock of the node that Alice asks is fast
      Given the clock of node 4 is 1 hour fast
      When Alice pays Bob 30 coins through node 4
      Then every node shows that Bob holds 30 coins

    Example: The clock of the node that Alice asks is slow
      Given the clock of node 4 is 1 hour slow
      When Alice pays Bob 30 coins through node 4
      Then every node shows that Bob holds 30 coins

  @needs.quorum_finality
  Rule: Blocks carry the time of the many, and not of the one

    Example: One clock is fast
      Given the clock of node 4 is 1 hour fast
      When nobody pays anybody
      Then every block is dated right
      And every node makes 10 further blocks

    Example: One clock is slow
      Given the clock of node 4 is 10 minutes slow
      When nobody pays anybody
      Then every node makes 30 further blocks
      And every block is dated right

  Rule: A clock that is set right leaves no trace

    Example: It was fast
      Given the clock of node 4 is 1 hour fast
      And Alice has paid Bob 30 coins through node 1
      When the clock of node 4 is set right
      Then every node tells the same history
      And every block is dated right

    Example: The node was restarted meanwhile, and its clock was still slow
      Given the clock of node 4 is 1 hour slow
      And node 4 was shut down
      And node 4 has started again
      When the clock of node 4 is set right
      Then every node tells the same history

  Rule: Nodes agree on what happened, even where they cannot agree on when

    @slow @private_network
    Example: Half of the clocks are wrong
      Given the clocks of nodes 3 and 4 are 1 hour fast
      When Alice pays Bob 30 coins through node 1
      Then every node shows that Bob holds 30 coins
      And every node tells the same history
