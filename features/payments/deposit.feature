@payments
Feature: Putting coins in
  Customers bring coins into the network through its treasury. They want to
  spend them the moment the network says that the deposit is made, and nobody
  may find a coin more or less than what came in.

  Background:
    Given a network of 4 nodes

  Rule: A deposit arrives to the coin

    @smoke
    Example: Bob makes his first deposit
      When Bob deposits 40 coins
      Then every node shows that Bob holds 40 coins

    Example: Bob adds to what he has
      Given Bob has deposited 40 coins
      When Bob deposits 2 coins
      Then every node shows that Bob holds 42 coins

    Example: What comes in is in circulation
      When Bob deposits 40 coins
      Then 40 more coins are in circulation

  Rule: A deposit can be spent as soon as the network confirms it

    Example: Bob spends some of what he has just deposited
      Given Bob has deposited 40 coins
      When Bob pays Alice 15 coins
      Then every node shows that Bob holds 25 coins
      And every node shows that Alice holds 15 coins

    Example: Bob spends the last coin of it through a node he has not used before
      Given Bob has deposited 40 coins
      When Bob pays Alice 40 coins through node 4
      Then every node shows that Bob holds nothing
      And every node shows that Alice holds 40 coins
