@payments
Feature: Refusing payments
  Customers mistype, and thieves try. A payment that breaks a rule is refused
  for a reason that its sender can understand, and nothing changes on any node.

  Background:
    Given a network of 4 nodes
    And Alice holds 100 coins
    And Bob holds nothing

  Rule: Nobody can part with more than they hold

    Scenario Outline: Alice, holding 100 coins, tries to <attempt>
      When Alice tries to <attempt>
      Then the payment is refused because the balance is too low
      And every node shows that Alice holds 100 coins
      And every node shows that Bob holds nothing

      Examples: one coin past the limit
        | attempt            |
        | pay Bob 101 coins  |
        | withdraw 101 coins |

  Rule: An amount must be one that can be counted out

    Scenario Outline: Alice tries to pay Bob <amount>
      When Alice tries to pay Bob <amount>
      Then the payment is refused because the amount is not valid
      And every node shows that Alice holds 100 coins
      And every node shows that Bob holds nothing

      Examples: amounts that mean nothing
        | amount                    |
        | 0 coins                   |
        | -5 coins                  |
        | more coins than can exist |

  @needs.replay_protection
  Rule: A signed payment is good for once

    Example: Mallory repeats a payment of Alice through the same node
      Given Alice has paid Bob 30 coins through node 1
      When Mallory sends the same signed payment again through node 1
      Then the payment is refused because this payment has already been made
      And every node shows that Alice holds 70 coins

    Example: Mallory repeats a payment of Alice through another node
      Given Alice has paid Bob 30 coins through node 1
      When Mallory sends the same signed payment again through node 3
      Then the payment is refused because this payment has already been made
      And every node shows that Bob holds 30 coins

  @needs.signed_payments
  Rule: A payment is good only as its owner signed it

    Example: Mallory changes who is paid
      When Mallory sends a payment of 30 coins from Alice to Bob, altered so that Mallory is paid
      Then the payment is refused because the signature does not fit the payment
      And every node shows that Alice holds 100 coins
      And every node shows that Mallory holds nothing

    @needs.network_bound_payments
    Example: Alice meant the payment for another network
      When Mallory sends a payment of 30 coins from Alice to Bob, signed for another network
      Then the payment is refused because the signature does not fit the payment
      And every node shows that Alice holds 100 coins

    @needs.named_signers
    Example: Mallory signs for Alice
      When Mallory sends a payment of 30 coins from Alice to Mallory, signed by Mallory
      Then the payment is refused because it is not signed by the owner of the account
      And every node shows that Alice holds 100 coins
      And every node shows that Mallory holds nothing
