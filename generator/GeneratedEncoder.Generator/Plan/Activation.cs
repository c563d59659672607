namespace GeneratedEncoder.Generator.Plan;

/// <summary>An activation that code is emitted for, under this name.</summary>
internal enum Activation
{
    Relu,
    Gelu,
    GeluNew,
    Silu,

    /// <summary>Of poolers and classification heads; no feed-forward network has it.</summary>
    Tanh,
}

internal static class Activations
{
    public static Activation Of(HiddenAct act) => act switch
    {
        HiddenAct.Relu => Activation.Relu,
        HiddenAct.Gelu => Activation.Gelu,
        HiddenAct.GeluNew => Activation.GeluNew,
        HiddenAct.Silu => Activation.Silu,
        _ => throw new ArgumentOutOfRangeException(nameof(act), act, "A value that the validator lets through."),
    };

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
