import Foundation
import TestSupport
import Testing

@testable import iotco2_graph

/// Processes of a shell that are ready, take the length of a request, and then do something.
@Suite struct WorkerPoolTests {
  private static let start = "printf '\\0\\0\\0\\0\\0\\0\\0\\0' >&3; head -c 9 <&3 >/dev/null; "

  private func pool(_ script: String, seconds: Double = 60, bytes: Double = 1e9) -> WorkerPool {
    WorkerPool(
      "/bin/sh", ["sh", "-c", script], within: WorkerLimits(seconds: seconds, bytes: bytes))
  }

  @Test(
    arguments: [
      ("kill -ILL $$", .signal(SIGILL), "crashed with signal 4 (Illegal instruction)"),
      ("kill -SEGV $$", .signal(SIGSEGV), "crashed with signal 11 (Segmentation fault)"),
      ("kill -KILL $$", .signal(SIGKILL), "was killed (signal 9), perhaps for lack of memory"),
      ("exit 7", .exited(code: 7), "ended with exit code 7"),
      ("exec 3>&-; sleep 0.1; exit 8", .exited(code: 8), "ended with exit code 8"),
      // An answer that is not whole is none.
      (
        "printf '\\5\\0\\0\\0\\0\\0\\0\\0on' >&3; exit 0", .exited(code: 0),
        "ended with exit code 0"
      ),
    ] as [(String, WorkerEnd, String)])
  func endsAreTold(script: String, end: WorkerEnd, fact: String) throws {
    let pool = pool(Self.start + script)
    // A process that ends is replaced.
    for _ in 0..<3 { #expect(try pool.answer([1]) == .failure(end)) }
    #expect(end.fact.hasPrefix(fact), "\(end.fact)")
  }

  @Test func timeIsLimited() throws {
    let start = monotonicSeconds()
    #expect(
      try pool(Self.start + "exec sleep 600", seconds: 0.2).answer([1]) == .failure(.tooSlow))
    #expect(monotonicSeconds() - start < 30)
  }

  /// A line without an end is held whole.
  @Test func memoryIsLimited() throws {
    let pool = pool(Self.start + "exec tail -n 1 /dev/zero", bytes: 6.4e7)
    #expect(try pool.answer([1]) == .failure(.tooLarge))
  }

  @Test func answersComeFromOneProcess() throws {
    let answer = "printf '\\2\\0\\0\\0\\0\\0\\0\\0%s' $n$n >&3; "
    let pool = pool(
      Self.start + "for n in 1 2 3; do \(answer) head -c 9 <&3 >/dev/null; done; exit 1")
    for answer in ["11", "22", "33"] {
      #expect(try pool.answer([1]) == .success(Array(answer.utf8)))
    }
    #expect(try pool.answer([1]) == .failure(.exited(code: 1)))
    #expect(try pool.answer([1]) == .success(Array("11".utf8)))
  }

  /// A process that ends between two requests is replaced, and no request fails.
  @Test func anIdleProcessThatEndsIsReplaced() throws {
    let pool = pool(Self.start + "printf '\\1\\0\\0\\0\\0\\0\\0\\0a' >&3")
    for _ in 0..<3 {
      #expect(try pool.answer([1]) == .success([97]))
      Thread.sleep(forTimeInterval: 0.3)
    }
  }

  /// What is wrong with every process is not a file's fault.
  @Test(arguments: [
    ("/bin/sh", "it ended with exit code 9"), ("/nowhere/sh", "cannot start a process: No such"),
  ])
  func aProcessThatDoesNotStartIsAFailure(executable: String, message: String) throws {
    let pool = WorkerPool(
      executable, ["sh", "-c", "exit 9"], within: WorkerLimits(seconds: 60, bytes: 1e9))
    let failure = try #require(throws: CommandFailure.self) { try pool.answer([1]) }
    #expect(failure.code == .environment)
    #expect(failure.message.contains(message), "\(failure.message)")
  }
}

@Suite struct ChannelTests {
  @Test(arguments: [0, 1, 255, 256, 70_000, 1_000_000])
  func messagesArriveWhole(length: Int) throws {
    let (one, other) = try #require(Channel.pair())
    let message = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
    // More than the system holds is taken while it is sent.
    detachThread {
      _ = one.send(message)
      _ = one.send([7])
      one.shut()
    }
    #expect(other.receive() == message)
    #expect(other.receive() == [7])
    #expect(other.receive() == nil)
    #expect(!other.send(message))
    other.shut()
  }

  @Test func waitingEnds() throws {
    let (one, other) = try #require(Channel.pair())
    var questions = 0
    let answer = one.receive(askingEvery: 1) {
      questions += 1
      return questions < 3
    }
    #expect(answer == nil)
    #expect(questions == 3)
    #expect(!one.isHungUp(within: 0))
    other.shut()
    #expect(one.isHungUp(within: -1))
    one.shut()
  }
}

@Suite struct ScanRowTests {
  @Test(arguments: [(false, false), (true, false), (false, true)])
  func surviveAMessage(isFailed: Bool, hasWarnings: Bool) {
    let row = ScanRow(text: "é\n", isFailed: isFailed, hasWarnings: hasWarnings)
    #expect(ScanRow(message: row.message) == row)
  }

  @Test func nothingIsNoRow() { #expect(ScanRow(message: []) == nil) }
}
