@misbehaviour @needs.link_faults @private_network
Feature: Litter at the doors
  A node has two doors: one for its peers and one for customers. Anybody can find
  them and throw in what makes no sense, by mistake or to do harm. The node must
  stay well, and nobody else may notice.

  Background:
    Given a network of 4 nodes
    And Alice holds 100 coins

  Rule: What makes no sense at the door for peers harms nobody

    Scenario Outline: Somebody throws <litter> at the door for peers
      When Mallory throws <litter> at the door for peers of node 2
      Then every node makes 10 further blocks
      And every node reaches every other
      And Alice can pay Bob 30 coins through node 2

      Examples: what people throw
        | litter             |
        | noise              |
        | oversized messages |
        | malformed messages |
        | silence            |

  @needs.followers @needs.chosen_links
  Rule: Who comes only now gets in by the door for peers all the same

    Scenario Outline: A node joins in spite of <litter>
      Given Mallory has thrown <litter> at the door for peers of node 2
      When a node joins that knows only node 2
      Then the new node shows that Alice holds 100 coins

      Examples: what people throw
        | litter             |
        | oversized messages |
        | silence            |

  Rule: What makes no sense at the door for customers keeps no customer out

    Scenario Outline: Somebody throws <litter> at the door for customers
      When Mallory throws <litter> at the door for customers of node 2
      Then a customer who comes only now is served by node 2
      And Alice can pay Bob 30 coins through node 2
      And every node makes 10 further blocks

      Examples: what people throw
        | litter             |
        | noise              |
        | oversized messages |
        | malformed messages |
        | silence            |
