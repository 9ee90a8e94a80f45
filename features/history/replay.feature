@history @needs.past_balances
Feature: Executing the whole history again
  The history is what counts, and balances are only what follows from it. Whoever takes
  all blocks and executes them, from the very first on, must end with the same
  ledger to the last digit: otherwise somebody has written into the books.

  Background:
    Given a network of 4 nodes
    And Alice holds 100 coins
    And Alice has paid Bob 30 coins through node 1

  @needs.followers @private_network
  Rule: A fresh node that executes every block ends with the same ledger

    Example: All of it is the same
      When a node joins and executes every block
      Then the new node has computed the ledger that the others have agreed on

    Example: The balances of today are the same
      When a node joins and executes every block
      Then every node shows that Alice holds 70 coins
      And every node shows that Bob holds 30 coins

    Example: The balances of the past are the same
      When a node joins and executes every block
      Then the new node remembers that Alice held 100 coins before the payment
      And the new node remembers that Alice held 70 coins right after the payment

  @needs.self_rebuild @needs.node_faults
  Rule: A member that has lost everything comes to the same ledger again

    Example: All of it is the same on the member
      Given node 4 has lost its disk
      When node 4 starts again
      Then node 4 has computed the ledger that the others have agreed on

    Example: It remembers what it had forgotten
      Given node 4 has lost its disk
      When node 4 starts again
      Then every node remembers that Alice held 100 coins before the payment
