import pandas as pd
from keras.layers import Dense
from keras.models import Sequential

data = pd.read_csv("data.csv")
X = data.values[:, :-1]
classes = len(set(data["y"]))
model = Sequential()
model.add(Dense(12, input_shape=(X.shape[1],), activation="relu"))
model.add(Dense(8, activation="relu"))
model.add(Dense(classes, activation="softmax"))
model.compile(loss="categorical_crossentropy", optimizer="adam")
