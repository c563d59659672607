using GeneratedEncoder.Generator.Spec;

namespace GeneratedEncoder.Generator.Plan;

/// <summary>Functions on vectors that encoders call. They are emitted once an assembly: those that any of its encoders needs.</summary>
[Flags]
internal enum MathFunctions
{
    None = 0,
    Exp2 = 1,
    Exp = 1 << 1,
    Relu = 1 << 2,
    Gelu = 1 << 3,
    GeluNew = 1 << 4,
    Silu = 1 << 5,
    Tanh = 1 << 6,
    SumLanes = 1 << 7,
    MaxLanes = 1 << 8,

    /// <summary>Softmax's and the norms', which all encoders have.</summary>
    OfAll = Exp2 | SumLanes | MaxLanes,
}

internal static class MathFunctionsOf
{
    /// <summary>The activation's function, and what that calls.</summary>
    public static MathFunctions Functions(this Activation activation) => activation switch
    {
        Activation.Relu => MathFunctions.Relu,
        Activation.Gelu => MathFunctions.Gelu,
        Activation.GeluNew => MathFunctions.GeluNew | MathFunctions.Exp,
        Activation.Silu => MathFunctions.Silu | MathFunctions.Exp,
        Activation.Tanh => MathFunctions.Tanh,
        _ => throw new ArgumentOutOfRangeException(nameof(activation), activation, "An activation without a function."),
    };
}
