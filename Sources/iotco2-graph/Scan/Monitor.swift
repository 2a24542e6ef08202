#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A lock, and a condition that threads wait for while they hold it.
final class Monitor: @unchecked Sendable {
  // POSIX asks that neither is ever moved.
  private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

  init() {
    lock.initialize(to: pthread_mutex_t())
    condition.initialize(to: pthread_cond_t())
    let codes = [pthread_mutex_init(lock, nil), pthread_cond_init(condition, nil)]
    precondition(codes == [0, 0], "the system cannot create a lock")
  }

  deinit {
    pthread_cond_destroy(condition)
    pthread_mutex_destroy(lock)
    condition.deallocate()
    lock.deallocate()
  }

  func withLock<Result>(_ body: () throws -> Result) rethrows -> Result {
    pthread_mutex_lock(lock)
    defer { pthread_mutex_unlock(lock) }
    return try body()
  }

  /// Gives the lock, which the thread holds, away until another thread wakes it; that may be for no reason.
  func wait() { pthread_cond_wait(condition, lock) }

  /// Wakes all threads that wait.
  func wakeAll() { pthread_cond_broadcast(condition) }
}
