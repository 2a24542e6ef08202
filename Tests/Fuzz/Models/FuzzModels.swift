import Analysis
import GraphImport
import OpGraph

/// What libFuzzer calls with each of its inputs: everything that `analyze` does before a report.
///
/// An error is an answer; what libFuzzer looks for are crashes, hangs and memory without bounds.
@_cdecl("LLVMFuzzerTestOneInput")
package func analyze(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = UnsafeRawBufferPointer(start: start, count: count)
  do {
    let model = try Model(bytes: bytes, named: "input")
    _ = try Workload(InferredGraph(model))
  } catch {
    return 0
  }
  return 0
}
