@history @needs.past_balances
Feature: Remembering what was
  Who audits a customer's account asks what was on it at a moment that is long over.
  Every node must give the same exact answer, whichever is asked, and no later
  payment may ever change it.

  Background:
    Given a network of 4 nodes
    And Alice holds 100 coins

  Rule: A node knows what an account held when any block was made

    Example: Alice has paid since
      When Alice pays Bob 30 coins
      Then every node remembers that Alice held 100 coins before the payment
      And every node remembers that Bob held nothing before the payment

    Example: The block with the payment counts
      When Alice pays Bob 30 coins
      Then every node remembers that Alice held 70 coins right after the payment
      And every node remembers that Bob held 30 coins right after the payment

    Example: Dave had never been heard of
      Given the network has never heard of Dave
      When Alice pays Dave 10 coins
      Then every node remembers that Dave held nothing before the payment
      And every node remembers that Dave held 10 coins right after the payment

  Rule: What has been stays as it was

    Example: Bob pays everything back
      Given Alice has paid Bob 30 coins
      When Bob pays Alice 30 coins
      Then every node remembers that Alice held 70 coins before the payment
      And every node shows that Alice holds 100 coins

    @needs.node_faults
    Example: A node was down when it happened
      Given node 4 has crashed
      And Alice has paid Bob 30 coins through node 1
      When node 4 starts again
      Then every node remembers that Alice held 100 coins before the payment
      And every node remembers that Alice held 70 coins right after the payment
