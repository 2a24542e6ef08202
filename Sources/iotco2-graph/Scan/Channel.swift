#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// One end of a connection between two processes, which send each other messages.
///
/// A message is its length in eight bytes, the lowest first, and its bytes.
struct Channel {
  let descriptor: Int32

  /// Two ends that belong to each other; nil when the system has no more descriptors.
  ///
  /// A process that is started gets neither, unless it is given one.
  static func pair() -> (Channel, Channel)? {
    var ends: [Int32] = [-1, -1]
    guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { return nil }
    #if canImport(Darwin)
      for end in ends {
        _ = fcntl(end, F_SETFD, FD_CLOEXEC)
        var on: Int32 = 1
        setsockopt(end, SOL_SOCKET, SO_NOSIGPIPE, &on, socklen_t(MemoryLayout<Int32>.size))
      }
    #endif
    return (Channel(descriptor: ends[0]), Channel(descriptor: ends[1]))
  }

  #if canImport(Glibc)
    private static let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
  #elseif canImport(Musl)
    private static let kind = SOCK_STREAM | SOCK_CLOEXEC
  #else
    private static let kind = SOCK_STREAM
  #endif

  #if canImport(Darwin)
    private static let sendFlags: Int32 = 0
  #else
    /// An other end that is closed is an error and not a signal.
    private static let sendFlags = Int32(MSG_NOSIGNAL)
  #endif

  /// - Returns: Whether all of it was taken; the other end may be closed.
  func send(_ message: [UInt8]) -> Bool {
    let length = (0..<8).map { UInt8(truncatingIfNeeded: message.count >> (8 * $0)) }
    return (length + message).withUnsafeBytes { bytes in
      var rest = bytes[...]
      while !rest.isEmpty {
        let part = UnsafeRawBufferPointer(rebasing: rest)
        let count = systemSend(descriptor, part.baseAddress, part.count, Self.sendFlags)
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { return false }
        rest = rest.dropFirst(count)
      }
      return true
    }
  }

  /// The next message; nil when the other end is closed, or this one waits no longer.
  /// - Parameters:
  ///   - milliseconds: How often `waits` is asked while nothing comes; negative for never.
  ///   - waits: Whether to go on waiting.
  func receive(
    askingEvery milliseconds: Int32 = -1, while waits: () -> Bool = { true }
  ) -> [UInt8]? {
    func read(_ count: Int) -> [UInt8]? {
      var bytes: [UInt8] = []
      while bytes.count < count {
        var event = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        let ready = poll(&event, 1, milliseconds)
        if ready == 0 || ready < 0 && errno == EINTR {
          guard waits() else { return nil }
          continue
        }
        var part = [UInt8](repeating: 0, count: min(count - bytes.count, 1 << 16))
        let received = recv(descriptor, &part, part.count, 0)
        if received < 0, errno == EINTR { continue }
        guard received > 0 else { return nil }
        bytes += part[..<received]
      }
      return bytes
    }
    guard let length = read(8) else { return nil }
    return read(length.reversed().reduce(0) { $0 << 8 | Int($1) })
  }

  /// Whether the other end is closed, or will be in some milliseconds; negative waits for that.
  func isHungUp(within milliseconds: Int32) -> Bool {
    var event = pollfd(fd: descriptor, events: 0, revents: 0)
    while poll(&event, 1, milliseconds) < 0, errno == EINTR {}
    return event.revents != 0
  }

  func shut() { close(descriptor) }
}

/// The system's `send`, whose name the method has.
private func systemSend(
  _ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int, _ flags: Int32
) -> Int {
  send(descriptor, bytes, count, flags)
}
