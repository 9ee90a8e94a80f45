@resilience @needs.leader @needs.link_faults
Feature: Losing the leader
  Where one node leads the others, nothing is decided without it. When it is
  lost, customers may wait for a moment, and no longer; and a leader who has lost
  the others must not go on as if it still led them.

  Background:
    Given a network of 5 nodes
    And Alice holds 100 coins

  Rule: The others choose a new leader and carry on

    @smoke
    Example: The leader is cut off
      Given the leader is cut off from the others
      When Alice pays Bob 30 coins through another node
      Then the others follow a new leader
      And the others show that Bob holds 30 coins

    @needs.node_faults
    Example: The leader crashes
      Given the leader has crashed
      When Alice pays Bob 30 coins through another node
      Then the others follow a new leader
      And the others show that Bob holds 30 coins

    @needs.node_faults
    Example: The leader freezes
      Given the leader is frozen
      When Alice pays Bob 30 coins through another node
      Then the others follow a new leader
      And the others show that Bob holds 30 coins

  Rule: A leader without the others confirms nothing

    Example: Alice asks the old leader
      Given the leader is cut off from the others
      When Alice tries to pay Bob 30 coins through the old leader
      Then the payment is not confirmed anywhere while the partition lasts

    Example: Alice used both leaders for the same coins
      Given the leader is cut off from the others
      And Alice has tried to pay Bob 100 coins through the old leader
      And Alice has paid Carol 100 coins through another node
      When the partition heals
      Then every node shows that Carol holds 100 coins
      And every node shows that Bob holds nothing

  Rule: When the old leader is back, all follow one leader

    Example: It was cut off
      Given the leader is cut off from the others
      And Alice has paid Bob 30 coins through another node
      When the partition heals
      Then every node follows the same leader
      And every node shows that Bob holds 30 coins

    @needs.node_faults
    Example: It had crashed
      Given the leader has crashed
      And Alice has paid Bob 30 coins through another node
      When the old leader starts again
      Then every node follows the same leader
      And every node tells the same history

    @needs.node_faults
    Example: It was frozen
      Given the leader is frozen
      And Alice has paid Bob 30 coins through another node
      When the old leader wakes up
      Then every node follows the same leader
      And every node shows that Bob holds 30 coins
