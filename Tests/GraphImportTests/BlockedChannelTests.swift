import OpGraph
import TestSupport
import Testing

@testable import GraphImport

/// Convolutions whose channels onnxruntime has filled up to blocks of 8.
@Suite struct BlockedChannelTests {
  /// A bias of 16 numbers, of which the first are 1.
  private func bias(ones: Int) -> [UInt8] {
    (0..<16).flatMap { $0 < ones ? [0, 0, 0x80, 0x3f] : [0, 0, 0, 0] as [UInt8] }
  }

  /// Two convolutions: 3 channels to as many as the first bias says, and those to 12.
  private func channels(ones: Int) throws -> [Convolution.UsedChannels?] {
    let kernel = WireBytes.integers("kernel_shape", [1, 1])
    let graph = WireBytes()
      .node("Conv", ["x", "w", "b"], ["a"], attributes: [kernel], domain: "com.microsoft.nchwc")
      .node("Conv", ["a", "v"], ["c"], attributes: [kernel], domain: "com.microsoft.nchwc")
      .node(
        "ReorderOutput", ["c"], ["y"], attributes: [.integer("channels", 12)],
        domain: "com.microsoft.nchwc"
      )
      .initializer("w", type: 1, [16, 3, 1, 1]).initializer("v", type: 1, [16, 16, 1, 1])
      .initializer("b", type: 1, [16], raw: bias(ones: ones)).input("x", [1, 3, 8, 8]).output("y")
    let folder = try TemporaryFolder()
    let model = try Model(contentsOf: folder.file("m.onnx", WireBytes.model(graph: graph).bytes))
    return model.graph.nodes.compactMap { $0.operation as? Convolution }.map(\.usedChannels)
  }

  @Test(arguments: [(10, 10), (16, 16), (9, 9), (0, nil)] as [(Int, Int?)])
  func zerosAtTheEndOfABiasFillABlock(ones: Int, channels: Int?) throws {
    let found = try self.channels(ones: ones)
    #expect(found.map { $0?.outputs } == [channels, 12])
    #expect(found.map { $0?.inputs } == [nil, channels])
  }

  /// Channels are known behind a ReorderOutput, as long as nothing but pooling follows.
  @Test(arguments: [("MaxPool", 12), ("Concat", nil)] as [(String, Int?)])
  func channelsArePassedOnOutsideOfBlocks(between: String, channels: Int?) throws {
    let kernel = WireBytes.integers("kernel_shape", [1, 1])
    let graph = WireBytes()
      .node(
        "ReorderOutput", ["x"], ["a"], attributes: [.integer("channels", 12)],
        domain: "com.microsoft.nchwc"
      )
      .node(between, ["a"], ["b"], attributes: [kernel])
      .node("ReorderInput", ["b"], ["c"], domain: "com.microsoft.nchwc")
      .node("Conv", ["c", "v"], ["y"], attributes: [kernel], domain: "com.microsoft.nchwc")
      .initializer("v", type: 1, [16, 16, 1, 1]).input("x", [1, 16, 8, 8]).output("y")
    let folder = try TemporaryFolder()
    let model = try Model(contentsOf: folder.file("m.onnx", WireBytes.model(graph: graph).bytes))
    let convolution = model.graph.nodes.last?.operation as? Convolution
    #expect(convolution?.usedChannels?.inputs == channels)
  }
}
