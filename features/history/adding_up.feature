@history @needs.past_balances @private_network
Feature: Every past balance adds up
  An audit that finds a coin too many or too few in the books of last week ends a
  business. So the accounts must add up not only today, but after every single
  block that was ever made, on every node that can be asked.

  Background:
    Given a network of 4 nodes
    And Alice holds 100 coins
    And every node has made 20 further blocks

  Rule: After every block, all accounts together held all coins

    Example: Customers have paid one another
      Given Alice has paid Bob 30 coins through node 1
      And Bob has paid Carol 20 coins through node 2
      When Carol pays Alice 10 coins through node 3
      Then on every node, all accounts together held all coins after every block

    Example: Coins have come and gone
      Given Bob has deposited 50 coins
      And Alice has withdrawn 60 coins
      When Bob withdraws 50 coins
      Then on every node, all accounts together held all coins after every block

    @needs.node_faults
    Example: A node was down meanwhile
      Given node 4 has crashed
      And Alice has paid Bob 30 coins through node 1
      When node 4 starts again
      Then every node tells the same history
      And on every node, all accounts together held all coins after every block

    @needs.followers
    Example: A node has joined since
      Given Alice has paid Bob 30 coins through node 1
      When a node joins and executes every block
      Then the new node catches up with the others
      And on every node, all accounts together held all coins after every block
