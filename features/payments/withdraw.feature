@payments
Feature: Taking coins out
  Customers take coins out of the network again. What has left must be gone
  for good, and what the treasury owes to customers must add up at any moment.

  Background:
    Given a network of 4 nodes
    And Alice holds 100 coins

  Rule: A withdrawal takes coins out to the coin

    @smoke
    Example: Alice withdraws some of her coins
      When Alice withdraws 30 coins
      Then every node shows that Alice holds 70 coins

    Example: Alice empties her account
      When Alice withdraws 100 coins
      Then every node shows that Alice holds nothing

  Rule: Coins that were withdrawn are no longer in circulation

    Example: Everything that Alice withdraws is missing from circulation
      When Alice withdraws 100 coins
      Then 100 fewer coins are in circulation

    Example: Coins that change hands before they leave are counted once
      Given Alice has paid Bob 60 coins
      When Bob withdraws 45 coins
      Then 45 fewer coins are in circulation
      And every node shows that Bob holds 15 coins

  Rule: Coins that were withdrawn cannot be spent

    Example: Alice tries to pay with coins that have left
      Given Alice has withdrawn 80 coins
      When Alice tries to pay Bob 30 coins
      Then the payment is refused because the balance is too low
      And every node shows that Alice holds 20 coins
