import FuzzDriver
import FuzzSupport

private let file = MemoryFile()

@main
struct FuzzFiles {
  static func main() { fuzz { read($0, $1) } }
}

/// What libFuzzer calls with each of its inputs: a file, and behind it a byte that says of which kind it is.
@_cdecl("LLVMFuzzerTestOneInput")
package func read(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  guard count > 1 else { return -1 }
  let input = UnsafeRawBufferPointer(start: start, count: count)
  file.write(UnsafeRawBufferPointer(rebasing: input.dropLast()))
  try? UserFiles.kinds[Int(input[count - 1]) % UserFiles.kinds.count].use(file.path)
  return 0
}
