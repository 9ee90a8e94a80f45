@payments
Feature: Paying one another
  Customers pay one another through whichever node they like. Every node must
  end up telling the same story about who owns what, to the coin.

  Background:
    Given a network of 4 nodes
    And Alice holds 100 coins
    And Bob holds nothing

  Rule: A payment moves coins without creating or losing any

    @smoke
    Example: Alice pays Bob
      When Alice pays Bob 30 coins
      Then every node shows that Alice holds 70 coins
      And every node shows that Bob holds 30 coins

    Example: Alice pays all that she holds
      When Alice pays Bob 100 coins
      Then every node shows that Alice holds nothing
      And every node shows that Bob holds 100 coins

    Example: Alice pays herself
      When Alice pays herself 30 coins
      Then every node shows that Alice holds 100 coins

    Example: Alice pays somebody whom the network has never heard of
      Given the network has never heard of Dave
      When Alice pays Dave 30 coins
      Then every node shows that Alice holds 70 coins
      And every node shows that Dave holds 30 coins

  Rule: Any node takes a payment for all of them

    Example: Alice pays through the last node
      When Alice pays Bob 30 coins through node 4
      Then every node shows that Alice holds 70 coins
      And every node shows that Bob holds 30 coins

    Example: Bob pays back through another node than Alice used
      Given Alice has paid Bob 30 coins through node 1
      When Bob pays Alice 10 coins through node 3
      Then every node shows that Alice holds 80 coins
      And every node shows that Bob holds 20 coins

  Rule: Payments made at the same moment do not get in each other's way

    Example: Alice and Bob pay each other through different nodes
      Given Bob has deposited 50 coins
      When these payments are made at the same moment
        | from  | to    | coins | through |
        | Alice | Bob   | 60    | node 1  |
        | Bob   | Alice | 20    | node 3  |
      Then every node shows that Alice holds 60 coins
      And every node shows that Bob holds 90 coins

    Example: Everybody pays Dave through a node of their own
      Given Bob has deposited 50 coins
      And Carol has deposited 25 coins
      When these payments are made at the same moment
        | from  | to   | coins | through |
        | Alice | Dave | 100   | node 1  |
        | Bob   | Dave | 50    | node 2  |
        | Carol | Dave | 25    | node 4  |
      Then every node shows that Dave holds 175 coins

  Rule: A payment happens once, however many nodes hear of it

    Example: Alice hands the same signed payment to two nodes
      When Alice sends one payment of 30 coins to Bob through nodes 1 and 3
      Then every node shows that Alice holds 70 coins
      And every node shows that Bob holds 30 coins
