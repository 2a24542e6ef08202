/// Keeps a large value in one place of its own, which copies share.
///
/// A type of several such values is copied, and put into others, in one step for each, and the compiler writes no code that
/// copies all of their fields. A change makes a new place.
@propertyWrapper
package struct Boxed<Value: Sendable>: Sendable {
  private final class Box: Sendable {
    let value: Value

    init(_ value: Value) { self.value = value }
  }

  private var box: Box

  package init(wrappedValue: Value) { box = Box(wrappedValue) }

  package var wrappedValue: Value {
    get { box.value }
    set { box = Box(newValue) }
  }
}
