@membership @needs.followers @needs.chosen_links @private_network
Feature: Finding everybody through one
  Nobody who joins has a list of all members, and lists are old the day they are
  printed. One member that is known must be enough to find all others, and
  from then on the newcomer must not depend on that one.

  Background:
    Given a network of 4 nodes that tell their addresses
    And Alice holds 100 coins

  Rule: Who knows one member gets to know all

    Example: It finds every other node
      When a node joins that knows only node 1
      Then every node reaches every other

    Example: It learns everything
      When a node joins that knows only node 2
      Then every node tells the same history
      And the new node shows that Alice holds 100 coins

  @needs.node_faults
  Rule: Who has found the others needs the one no more

    Example: The only one that it knew is lost
      Given a node has joined that knew only node 1
      And node 1 has crashed
      When Alice pays Bob 30 coins through the new node
      Then nodes 2, 3 and 4 show that Bob holds 30 coins
