@consensus @needs.stakes
Feature: What those who agree earn
  Running a node costs money, and so does delegating votes that could be used
  otherwise. What customers pay for their payments and what the network makes new
  has to reach those who earned it, to the last part of a coin.

  Rule: What customers pay for a payment is collected, neither more nor less

    Example: Alice pays Bob
      Given a network of 4 nodes
      And Alice holds 100 coins
      And nobody has paid anybody for a while
      When Alice pays Bob 30 coins
      Then the fee of the payment is collected, to the last part of a coin

  Rule: What the network makes new is shared out by votes

    Example: All have as many votes
      Given a network of 4 nodes
      When nobody pays anybody
      Then what the network makes new in each block is shared out by votes

    Example: Some have more votes than others
      Given a network of 4 nodes with 400000, 300000, 200000 and 100000 votes
      When nobody pays anybody
      Then what the network makes new in each block is shared out by votes

  @private_network
  Rule: Who delegates votes earns with the node that has them

    Example: Half of the votes of node 2 are Alice's
      Given a network of 4 nodes that returns stakes quickly
      And Alice has 100001 votes to delegate
      When Alice delegates 100000 votes to node 2
      Then Alice earns her part of what node 2 earns, to the last part of a coin

    Example: Alice has taken her votes back
      Given a network of 4 nodes that returns stakes quickly
      And Alice has 100001 votes to delegate
      And Alice has delegated 100000 votes to node 2
      When Alice takes 100000 votes back from node 2
      Then Alice earns nothing any more with node 2
