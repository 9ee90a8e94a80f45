@history @needs.past_balances
Feature: Nodes with a short memory
  Keeping everything costs disks, so most operators keep the newest days only. A node
  that has thrown the past away must say so when it is asked: a made-up answer
  about an old balance is worse than none.

  @needs.followers @needs.short_memory @private_network
  Rule: A node that forgets says that it no longer knows

    Background:
      Given a network of 4 nodes
      And Alice holds 100 coins

    Example: It is asked for what was long ago
      Given Alice has paid Bob 30 coins
      And a node with a short memory has joined
      When every node makes 40 further blocks
      Then the new node says that it does not know what Alice held before the payment
      But nodes 1, 2, 3 and 4 remember that Alice held 100 coins before the payment

    Example: It is asked for what is now
      Given Alice has paid Bob 30 coins
      And a node with a short memory has joined
      When every node makes 40 further blocks
      Then every node shows that Alice holds 70 coins

    Example: It is asked for what was a moment ago
      Given a node with a short memory has joined
      When Alice pays Bob 30 coins through the new node
      Then the new node remembers that Alice held 100 coins before the payment

  @needs.short_memory
  Rule: A network that forgets goes on without its past

    Background:
      Given a network of 4 nodes with a short memory
      And Alice holds 100 coins
      And Alice has paid Bob 30 coins

    @slow
    Example: Every node says from where on it knows the blocks
      When every node makes 60 further blocks
      Then every node says that its history no longer begins with the first block
      And every node tells the same history

    @slow
    Example: Nobody knows any more what Alice held
      When every node makes 60 further blocks
      Then nodes 1, 2, 3 and 4 say that they no longer know what Alice held before the payment

    @slow
    Example: Everybody has what was paid
      Given every node has made 60 further blocks
      When Bob pays Carol 10 coins
      Then every node shows that Bob holds 20 coins
      And every node shows that Alice holds 70 coins
