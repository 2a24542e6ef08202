import FuzzDriver
import FuzzSupport

private let file = MemoryFile()

@main
struct FuzzModels {
  static func main() {
    ModelInput.loadDevices()
    fuzz { ask($0, $1) }
  }
}

/// What libFuzzer calls with each of its inputs.
///
/// An error is an answer; what libFuzzer looks for are crashes, hangs and memory without bounds.
@_cdecl("LLVMFuzzerTestOneInput")
package func ask(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  guard let input = ModelInput(UnsafeRawBufferPointer(start: start, count: count)) else {
    return -1
  }
  try? input.ask(through: file)
  return 0
}
