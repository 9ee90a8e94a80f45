@resilience @needs.node_faults
Feature: Living through the crash of a node
  Machines lose power and operators restart them. Customers of the other nodes
  must not notice, and a node that comes back must know all that it knew, and
  soon all that it missed.

  Background:
    Given a network of 4 nodes
    And Alice holds 100 coins

  Rule: The network carries on without a node that it can spare

    @smoke
    Example: Node 2 crashes
      Given node 2 has crashed
      When Alice pays Bob 30 coins through node 1
      Then nodes 1, 3 and 4 show that Bob holds 30 coins

    Example: Node 2 is shut down in order
      Given node 2 was shut down
      When Alice pays Bob 30 coins through node 3
      Then nodes 1, 3 and 4 show that Bob holds 30 coins

  Rule: A node comes back with its history and learns what it missed

    Example: Node 2 comes back after a crash
      Given node 2 has crashed
      And Alice has paid Bob 30 coins through node 1
      When node 2 starts again
      Then every node tells the same history
      And every node shows that Alice holds 70 coins

    Example: Node 2 comes back after a shutdown
      Given node 2 was shut down
      And Alice has paid Bob 30 coins through node 1
      When node 2 starts again
      Then every node tells the same history
      And every node shows that Alice holds 70 coins

    Example: Node 2 takes payments again
      Given node 2 has crashed
      And node 2 has started again
      When Alice pays Bob 30 coins through node 2
      Then every node shows that Bob holds 30 coins

  @needs.quorum_finality
  Rule: With more nodes down than it can spare, the network waits for them

    Example: The survivors make no block
      Given nodes 3 and 4 have crashed
      When nobody pays anybody
      Then nodes 1 and 2 make no block while the others are down

    Example: The survivors confirm nothing
      Given nodes 3 and 4 have crashed
      When Alice tries to pay Bob 30 coins through node 1
      Then the payment is not confirmed by nodes 1 and 2 while the others are down

    Example: All goes on when they are back
      Given nodes 3 and 4 have crashed
      When nodes 3 and 4 start again
      Then every node tells the same history
      And every node shows that Alice holds 100 coins
