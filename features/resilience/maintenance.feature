@resilience @needs.node_faults
Feature: Looking after nodes while the network runs
  Machines need new kernels and disks break. Operators take one node after the
  other out of service, and a replacement begins with nothing. The network must
  stay open all the while.

  Background:
    Given a network of 4 nodes
    And Alice holds 100 coins
    And Alice has paid Bob 30 coins through node 1

  Rule: All nodes can be restarted without closing the network

    @slow
    Example: Money stays where it was
      Given payments keep flowing at 10 a second
      When every node is restarted, one after the other
      Then payments go on being confirmed
      And every node tells the same history
      And every node shows that Bob holds 30 coins

  @private_network
  Rule: A fresh node takes the place of one that is lost for good

    Example: The fresh node learns what happened before
      Given node 2 has crashed
      When a fresh node takes the place of node 2
      Then every node reaches every other
      And every node tells the same history
      And every node shows that Bob holds 30 coins

    @slow
    Example: The fresh node takes payments
      Given node 2 was shut down
      And a fresh node has taken the place of node 2
      When Alice pays Carol 20 coins through node 2
      Then every node shows that Carol holds 20 coins

  @private_network @needs.self_rebuild
  Rule: A node with an empty disk learns everything from the others

    @slow
    Example: It knows what happened before
      Given node 2 has lost its disk
      When node 2 starts again
      Then every node tells the same history
      And every node shows that Bob holds 30 coins

    Example: It learns what happened meanwhile
      Given node 2 has lost its disk
      And Alice has paid Carol 20 coins through node 1
      When node 2 starts again
      Then every node shows that Carol holds 20 coins

    @slow
    Example: It takes payments again
      Given node 2 has lost its disk
      And node 2 has started again
      When Alice pays Carol 20 coins through node 2
      Then every node shows that Carol holds 20 coins
