import Foundation
import OpGraph
import Testing

@Suite struct OperatorNameTests {
  @Test func decodesFromItsNameAsAValueAndAsAKey() throws {
    let list = Data(#"["Conv2D", "If"]"#.utf8)
    #expect(try JSONDecoder().decode([OperatorName].self, from: list) == [.conv2D, .if])
    let table = Data(#"{"Conv2D": 1}"#.utf8)
    #expect(try JSONDecoder().decode([OperatorName: Int].self, from: table) == [.conv2D: 1])
  }

  @Test(arguments: [#"["Conv2d"]"#, #"["conv2D"]"#, #"["CONV_2D"]"#, #"[""]"#])
  func refusesOtherNames(json: String) {
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode([OperatorName].self, from: Data(json.utf8))
    }
  }

  /// Reports name an operator without rules as the file does.
  @Test func titleIsTheNameOrTheFilesOwn() {
    #expect(Softmax().title == "Softmax")
    #expect(Opaque("Mystery").name == .opaque)
    #expect(Opaque("Mystery").title == "Mystery")
    #expect(Call("com.example.Block").title == "com.example.Block")
  }

  @Test(arguments: [(1, OperatorName.conv1D), (2, .conv2D), (3, .conv3D), (4, .convND)])
  func convolutionsAreNamedByTheirSpatialAxes(axes: Int, expected: OperatorName) {
    let ones = [Int](repeating: 1, count: axes)
    let convolution = Convolution(
      window: SlidingWindow(strides: ones, dilations: ones, padding: .valid), groups: 1,
      layout: .channelsFirst, weightLayout: .outputInputSpace)
    #expect(convolution.name == expected)
  }
}
