#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Processes items on several threads and delivers the results in the order of the items.
///
/// Only a window of results is kept: a thread that is too far ahead of a slow item waits for it.
final class OrderedWork<Item, Result>: @unchecked Sendable {
  // The source is asked with its own lock held, since it may wait for a slow writer; what else changes
  // is used with the other lock held only.
  private let source = Monitor()
  private let monitor = Monitor()
  private let next: () -> Item?
  private let deliver: (Result) throws -> Void
  private let work: @Sendable (Item) -> Result
  private let window: Int
  private var taken = 0
  private var delivered = 0
  private var waiting: [Int: Result] = [:]
  private var running = 0
  private var failure: (any Error)?

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

  /// Works until there are no more items, on as many of the requested threads as the system can create.
  /// - Throws: What `deliver` threw, or `CommandFailure` when there is no thread at all.
  func run(jobs: Int) throws {
    var started = 0
    monitor.withLock { running = jobs }
    while started < jobs, detachThread({ self.workUntilDone() }) { started += 1 }
    monitor.withLock {
      running -= jobs - started
      while running > 0 { monitor.wait() }
    }
    if let failure { throw failure }
    guard started > 0 else {
      throw CommandFailure(code: .environment, message: "the system cannot create a thread")
    }
  }

  private func workUntilDone() {
    while let (index, item) = take() {
      finish(index, work(item))
    }
    monitor.withLock {
      running -= 1
      monitor.wakeAll()
    }
  }

  private func take() -> (Int, Item)? {
    source.withLock {
      let mayGoOn = monitor.withLock {
        while failure == nil, taken - delivered >= window { monitor.wait() }
        return failure == nil
      }
      guard mayGoOn, let item = next() else { return nil }
      return monitor.withLock {
        taken += 1
        return (taken - 1, item)
      }
    }
  }

  private func finish(_ index: Int, _ result: Result) {
    monitor.withLock {
      waiting[index] = result
      while failure == nil, let ready = waiting.removeValue(forKey: delivered) {
        do { try deliver(ready) } catch { failure = error }
        delivered += 1
      }
      monitor.wakeAll()
    }
  }
}
