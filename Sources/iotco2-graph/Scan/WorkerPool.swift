#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Processes that answer requests side by side; one that ends is replaced.
final class WorkerPool: @unchecked Sendable {
  private let executable: String
  private let arguments: [String]
  private let limits: WorkerLimits
  private let monitor = Monitor()
  private var idle: [WorkerProcess] = []
  private var count = 0

  /// - Parameter arguments: Those of each process, its name first.
  init(_ executable: String, _ arguments: [String], within limits: WorkerLimits) {
    self.executable = executable
    self.arguments = arguments
    self.limits = limits
    // Who ignores the ends of processes, as the one that started this may, is not told how they ended.
    signal(SIGCHLD, SIG_DFL)
  }

  /// What a process answers, or why it ended.
  ///
  /// Threads may ask at once; each has a process for itself, as far as the system can start them.
  /// - Throws: `CommandFailure` when no process can be started.
  func answer(_ request: [UInt8]) throws(CommandFailure) -> Result<[UInt8], WorkerEnd> {
    let worker = try take()
    let answer: Result<[UInt8], WorkerEnd>
    do throws(CommandFailure) {
      answer = try worker.answer(request, within: limits)
    } catch {
      giveBack(nil)
      throw error
    }
    // The allocator may keep what a large file took, and the next file is not to be blamed for it.
    let isUsable = (try? answer.get()) != nil && worker.peakBytes < limits.bytes / 2
    giveBack(isUsable ? worker : nil)
    return answer
  }

  /// Ends the processes, none of which is at work.
  func end() { monitor.withLock { idle = [] } }

  private func take() throws(CommandFailure) -> WorkerProcess {
    let result = monitor.withLock { () -> Result<WorkerProcess, CommandFailure> in
      while true {
        while let worker = idle.popLast() {
          // One that was killed between two files is nobody's fault.
          if worker.isRunning { return .success(worker) }
          count -= 1
        }
        do throws(CommandFailure) {
          let worker = try WorkerProcess(executable, arguments)
          count += 1
          return .success(worker)
        } catch {
          if count == 0 { return .failure(error) }
          monitor.wait()
        }
      }
    }
    return try result.get()
  }

  /// - Parameter worker: Nil when it has ended, or is to end.
  private func giveBack(_ worker: WorkerProcess?) {
    monitor.withLock {
      if let worker { idle.append(worker) } else { count -= 1 }
      monitor.wakeAll()
    }
  }
}
