import Foundation

/// Works on items on several threads and hands the results over in the order of the items.
///
/// Only a window of results is kept: a thread that is too far ahead of a slow item waits for it.
final class OrderedWork<Item, Result>: @unchecked Sendable {
  // Everything that changes is used with the condition's lock held only.
  private let condition = NSCondition()
  private let next: () -> Item?
  private let deliver: (Result) throws -> Void
  private let work: @Sendable (Item) -> Result
  private let window: Int
  private var taken = 0
  private var delivered = 0
  private var waiting: [Int: Result] = [:]
  private var running = 0
  private var failure: (any Error)?

  /// Models nest as deep as the main thread's stack bears, which is 8 MiB; others would have less.
  private static var stackSize: Int { 8 << 20 }

  /// - Parameters:
  ///   - next: Gives the items, one at a time.
  ///   - work: Is called on several threads at once.
  ///   - deliver: Takes the results, one at a time and in order; what it throws ends the work.
  init(
    window: Int, next: @escaping () -> Item?, work: @escaping @Sendable (Item) -> Result,
    deliver: @escaping (Result) throws -> Void
  ) {
    self.window = window
    self.next = next
    self.work = work
    self.deliver = deliver
  }

  /// Works until there are no more items.
  func run(jobs: Int) throws {
    condition.lock()
    running = jobs
    condition.unlock()
    for _ in 0..<jobs {
      let thread = Thread { self.workUntilDone() }
      thread.stackSize = Self.stackSize
      thread.start()
    }
    condition.lock()
    while running > 0 { condition.wait() }
    condition.unlock()
    if let failure { throw failure }
  }

  private func workUntilDone() {
    while let (index, item) = take() {
      finish(index, work(item))
    }
    condition.withLock {
      running -= 1
      condition.broadcast()
    }
  }

  private func take() -> (Int, Item)? {
    condition.withLock {
      while failure == nil, taken - delivered >= window { condition.wait() }
      guard failure == nil, let item = next() else { return nil }
      taken += 1
      return (taken - 1, item)
    }
  }

  private func finish(_ index: Int, _ result: Result) {
    condition.withLock {
      waiting[index] = result
      while failure == nil, let ready = waiting.removeValue(forKey: delivered) {
        do { try deliver(ready) } catch { failure = error }
        delivered += 1
      }
      condition.broadcast()
    }
  }
}
