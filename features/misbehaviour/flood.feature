@misbehaviour @private_network
Feature: Floods of invalid payments
  It costs nothing to send a node payments that can never be made, as many as the
  line carries. Customers whose payments are in order must not have to wait until
  that is over.

  Background:
    Given a network of 4 nodes
    And Alice holds 100 coins

  @needs.named_signers
  Rule: A flood of forged payments stops nobody

    Example: Alice pays through the node that is flooded
      Given Mallory floods node 2 with forged payments of Alice
      When Alice pays Bob 30 coins through node 2
      Then every node shows that Alice holds 70 coins
      And nothing of the flood has happened

    Example: Alice pays through another node
      Given Mallory floods node 2 with forged payments of Alice
      When Alice pays Bob 30 coins through node 3
      Then every node shows that Alice holds 70 coins
      And every node makes 10 further blocks
      And nothing of the flood has happened

  @needs.numbered_payments
  Rule: A flood of payments that nobody has the coins for stops nobody

    Example: They take up room in every block
      Given Mallory floods node 2 with overdrawn payments of Alice
      When Alice pays Bob 30 coins through node 2
      Then every node shows that Bob holds 30 coins
      And nothing of the flood has happened
