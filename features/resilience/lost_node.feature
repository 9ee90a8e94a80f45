@resilience @needs.link_faults
Feature: Losing touch with a single node
  Most partitions are small: one node loses its uplink, or hears the others
  without being heard. The others must carry on as if it did not exist, and it
  must find its way back by itself.

  Background:
    Given a network of 5 nodes
    And Alice holds 100 coins

  Rule: Four of five carry on without the fifth

    Example: Nobody reaches node 5
      Given node 5 is cut off from the others
      When Alice pays Bob 30 coins through node 2
      Then nodes 1, 2, 3 and 4 show that Bob holds 30 coins
      But node 5 still shows that Alice holds 100 coins

    Example: Node 5 no longer hears the others
      Given node 5 no longer hears the others
      When Alice pays Bob 30 coins through node 2
      Then nodes 1, 2, 3 and 4 show that Bob holds 30 coins

    Example: The others no longer hear node 5
      Given the others no longer hear node 5
      When Alice pays Bob 30 coins through node 2
      Then nodes 1, 2, 3 and 4 show that Bob holds 30 coins

  @needs.quorum_finality
  Rule: A node that can be reached in one direction only promises nothing

    Example: Alice pays through a node that is not heard
      Given the others no longer hear node 5
      When Alice tries to pay Bob 30 coins through node 5
      Then the payment is not confirmed anywhere while the partition lasts

  Rule: The lost node finds its way back

    Example: It was cut off in both directions
      Given node 5 is cut off from the others
      And Alice has paid Bob 30 coins through node 2
      When the partition heals
      Then every node tells the same history
      And every node shows that Bob holds 30 coins

    Example: It was cut off in one direction
      Given node 5 no longer hears the others
      And Alice has paid Bob 30 coins through node 2
      When the partition heals
      Then every node reaches every other
      And every node tells the same history
      And every node shows that Bob holds 30 coins
