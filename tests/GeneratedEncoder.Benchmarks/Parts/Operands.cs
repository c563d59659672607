using System.Collections.Immutable;
using System.Reflection;
using System.Reflection.Emit;

namespace GeneratedEncoder.Benchmarks.Parts;

/// <summary>
/// Arguments by the names of a generated method's parameters, and the call with them compiled into a delegate. So a part can
/// be called whatever the order of its parameters is.
/// </summary>
internal sealed class Operands
{
    private readonly ImmutableDictionary<string, object> _values;

    private Operands(ImmutableDictionary<string, object> values) => _values = values;

    /// <summary>No arguments.</summary>
    public static Operands None { get; } = new(ImmutableDictionary<string, object>.Empty);

    /// <summary>The same with one argument more, or another value of it.</summary>
    /// <param name="name">The parameter.</param>
    /// <param name="value">
    /// An int; a native address for a <c>ref float</c>; an array for a span; or any object for a parameter of its class.
    /// </param>
    public Operands With(string name, object value) => new(_values.SetItem(name, value));

    /// <summary>The call of a method with these arguments.</summary>
    public Action Bind(MethodInfo method)
    {
        ParameterInfo[] parameters = method.GetParameters();
        object[] values = Array.ConvertAll(parameters, parameter => _values.GetValueOrDefault(parameter.Name!)
            ?? throw new UsageException(
                $"{method.DeclaringType!.Name}.{method.Name} has a parameter '{parameter.Name}' that the benchmarks don't know."));

        DynamicMethod call = new(method.Name, null, [typeof(object[])], typeof(Operands).Module, skipVisibility: true);
        ILGenerator il = call.GetILGenerator();
        for (int i = 0; i < parameters.Length; i++)
        {
            Load(il, i, parameters[i].ParameterType, values[i]);
        }

        il.Emit(OpCodes.Call, method);
        if (method.ReturnType != typeof(void))
        {
            il.Emit(OpCodes.Pop);
        }

        il.Emit(OpCodes.Ret);
        return call.CreateDelegate<Action>(values);
    }

    private static void Load(ILGenerator il, int index, Type type, object value)
    {
        switch (value)
        {
            case int number:
                il.Emit(OpCodes.Ldc_I4, number);
                return;
            case nint address:
                il.Emit(OpCodes.Ldc_I8, (long)address);
                il.Emit(OpCodes.Conv_I);
                return;
        }

        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldc_I4, index);
        il.Emit(OpCodes.Ldelem_Ref);
        il.Emit(OpCodes.Castclass, value.GetType());
        if (value is Array)
        {
            il.Emit(OpCodes.Call, type.GetMethod("op_Implicit", [value.GetType()])!);
        }
    }
}
