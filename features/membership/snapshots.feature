@membership @needs.snapshots @needs.past_balances
Feature: Joining from a snapshot
  A network that is years old cannot ask every newcomer to execute years of payments. A
  newcomer may begin with a copy of the ledger, if that fits to what everybody
  has agreed on; it then has all balances, and must not pretend to know more.

  Background:
    Given a network of 4 nodes that keeps snapshots
    And Alice holds 100 coins

  Rule: Who begins with a snapshot has the same balances as everybody

    Example: It has missed every payment
      Given Alice has paid Bob 30 coins
      When a node joins from a snapshot
      Then the new node shows that Alice holds 70 coins
      And the new node has computed the ledger that the others have agreed on

    Example: It takes payments like any other
      Given a node has joined from a snapshot
      When Alice pays Bob 30 coins through the new node
      Then every node shows that Bob holds 30 coins
      And every node reaches every other

  Rule: Who begins with a snapshot says what it does not know

    Example: It says where its history begins
      When a node joins from a snapshot
      Then the new node says that its history begins later than that of the others
      And every node tells the same history

    @private_network
    Example: It is asked for a balance of before
      Given Alice has paid Bob 30 coins
      And a node has joined from a snapshot
      When nobody pays anybody
      Then the new node says that it does not know what Alice held before the payment
      But nodes 1, 2, 3 and 4 remember that Alice held 100 coins before the payment
